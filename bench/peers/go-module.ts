import type { Recipe } from "./peer.ts";

/** A program in a Go module: how it is built. */
export function goModule(module: string, version: string, folder: string, program: string): Recipe {
  return {
    files: { "go.mod": `module peer\n\ngo 1.24\n\nrequire ${module} ${version}\n` },
    steps: [["go", "build", "-trimpath", "-o", program, `${module}/${folder}`]],
    env: { GOFLAGS: "-mod=mod", GOWORK: "off" },
  };
}

/** The scheduler has as many processors as subjects have. */
export const ONE_PROCESSOR = { GOMAXPROCS: "1" } as const;
