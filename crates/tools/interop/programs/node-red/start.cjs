// Starts Node-RED with the printed configuration in its user directory.
const path = require("node:path");

const directory = process.env.WORK_DIRECTORY;
// The settings load their packages from here.
process.env.NODE_PATH = path.join(__dirname, "node_modules");
require("node:module").Module._initPaths();
process.argv.push("--port", process.env.PORT, "--userDir", directory);
process.argv.push("--settings", path.join(directory, "settings.js"));
require("node-red/red.js");
