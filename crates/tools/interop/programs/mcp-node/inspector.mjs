// Calls a tool with the command line of MCP Inspector, which knows only the URL of the server.
// It needs Node 22.19 or newer, so the one of the lock file runs it if there is one for this machine.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

const { MCP_URL, TASK } = process.env;
const locked = `node_modules/node-linux-${process.arch}/bin/node`;
const node = existsSync(locked) ? locked : process.execPath;
const inspector = spawn(
  node,
  [
    'node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js',
    ...['--cli', '--server-url', MCP_URL, '--transport', 'http'],
    ...['--method', 'tools/call', '--tool-name', 'add_task', '--tool-arg', `title=${TASK}`],
  ],
  // Without a terminal it signs in only if it may open a browser.
  { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, MCP_AUTO_OPEN_ENABLED: 'true' } },
);
inspector.on('exit', (code) => process.exit(code ?? 1));
