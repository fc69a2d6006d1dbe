"use strict";
// Starts a program from the package of this system, and ends as it ends.
const { spawn } = require("node:child_process");
const { readFileSync } = require("node:fs");
const path = require("node:path");

const SIGNALS = ["SIGHUP", "SIGINT", "SIGTERM"];

function file(program) {
  const system = `${process.platform}-${process.arch}`;
  try {
    const manifest = require.resolve(`@doorward/${system}/package.json`, { paths: [__dirname] });
    return path.join(path.dirname(manifest), "bin", program);
  } catch {
    const sentence = readFileSync(path.join(__dirname, "other-system.txt"), "utf8");
    console.error(sentence.trim().replace("{system}", `${process.platform} on ${process.arch}`));
    console.error(`If yours is one of them, install the package @doorward/${system}: npm may have left out optional dependencies.`);
    process.exit(1);
  }
}

module.exports = function run(program) {
  const child = spawn(file(program), process.argv.slice(2), { stdio: "inherit" });
  const pass = (signal) => child.kill(signal);
  for (const signal of SIGNALS) process.on(signal, pass);
  child.on("error", (error) => {
    console.error(`${program} does not start: ${error.message}`);
    process.exit(1);
  });
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code);
    for (const name of SIGNALS) process.removeListener(name, pass);
    process.kill(process.pid, signal);
  });
};
