/**
 * Where the model keeps that a message of an answer begins, with the fields that only such a message has: an array of
 * them in the metadata before its text. Only Responses has several messages in one answer, such as a remark and the
 * answer itself (`phase`); elsewhere they are one text.
 */
export const MESSAGE_BOUNDS = "output_messages";
