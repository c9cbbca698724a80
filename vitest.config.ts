import { defineConfig } from "vitest/config";

// `import … from "millrace"` means the sources here, as it does to tsconfig.test.json. The rest are Vite's defaults.
const conditions = ["millrace-source", "module", "node", "development|production"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ["packages/*/src/**/*.test.ts", "test/**/*.test.ts", "bench/**/*.test.ts"],
    reporters: ["default", "./scripts/test-totals.mjs"],
    // Room for a slow or busy machine; a test that hangs still ends.
    testTimeout: process.env["MILLRACE_TEST_LONG"] ? 600_000 : 20_000,
  },
});
