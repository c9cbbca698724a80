// The architecture's rules, generated from the table in scripts/layers.json, which ARCHITECTURE.md explains.
import { readFileSync } from "node:fs";

/** @type {Record<string, string[]>} */
const may = JSON.parse(readFileSync(new URL("scripts/layers.json", import.meta.url), "utf8"));

const src = "^packages/millrace/src/";
// Tests, and what only tests use.
const tests = "[.]test[.]ts$|/testing/";
const sharedByCodecs = `${src}wire/(bytes|sse|event-stream|json|failure|assembly|translation)/`;

/** @param {string} target a folder, or one file of a folder @returns {string} */
const pathOf = (target) => (target.endsWith(".ts") ? `${src}${target.replaceAll(".", "[.]")}$` : `${src}${target}/`);

const table = Object.entries(may).map(([folder, allowed]) => ({
  name: `${folder} may import ${allowed.join(", ") || "nothing"}`,
  severity: "error",
  from: { path: pathOf(folder), pathNot: tests },
  to: {
    path: "^(packages|test|scripts|bench|fixtures)/",
    pathNot: ["node_modules/", ...(folder === "entry" ? [] : [pathOf(folder)]), ...allowed.map(pathOf)],
  },
}));

export default {
  forbidden: [
    ...table,
    {
      name: "model and wire import no package and no Node built-in",
      severity: "error",
      from: { path: `${src}(model|wire)/`, pathNot: tests },
      to: { pathNot: src },
    },
    {
      name: "codecs never import each other",
      comment: "A translation goes from one dialect to the model and from the model to the other.",
      severity: "error",
      from: { path: `${src}wire/([^/]+)/`, pathNot: tests },
      to: { path: `${src}wire/[^/]+/`, pathNot: [`${src}wire/$1/`, sharedByCodecs] },
    },
    {
      name: "stages never import each other",
      severity: "error",
      from: { path: `${src}gateway/stages/([^/]+)`, pathNot: tests },
      to: { path: `${src}gateway/stages/`, pathNot: `${src}gateway/stages/$1` },
    },
    {
      name: "stages meet only in the pipeline",
      severity: "error",
      from: { path: src, pathNot: [tests, `${src}gateway/pipeline[.]ts$`, `${src}gateway/stages/`] },
      to: { path: `${src}gateway/stages/` },
    },
    {
      name: "sources import no tests",
      severity: "error",
      from: { path: src, pathNot: tests },
      to: { path: tests },
    },
    {
      name: "imported packages are declared",
      comment: "What is imported at run time must be in packages/millrace/package.json, not only in the workspace's.",
      severity: "error",
      from: { path: src, pathNot: tests },
      to: { couldNotResolve: false, dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"] },
    },
    {
      name: "imports resolve",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: "no cycles, of types neither",
      severity: "error",
      from: {},
      to: { circular: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["millrace-source", "types", "import", "node", "default"],
    },
  },
};
