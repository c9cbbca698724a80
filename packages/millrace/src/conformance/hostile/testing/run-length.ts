/** The run that has the time for a gigabyte. */
export const IS_LONG: boolean = process.env["MILLRACE_TEST_LONG"] === "1";

/** How long one subject may take: below the time a test may. */
export const SUBJECT_MS_MAX: number = IS_LONG ? 300_000 : 15_000;
