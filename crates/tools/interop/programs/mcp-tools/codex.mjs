// Signs in with the command line of Codex, which knows only the URL of the server.

import { spawn } from 'node:child_process';

const { MCP_URL, WORK_DIRECTORY } = process.env;
const words = ['mcp', '-c', `mcp_servers.sample.url="${MCP_URL}"`, 'login', 'sample'];
const codex = spawn('node_modules/.bin/codex', words, {
  stdio: 'inherit',
  env: { ...process.env, CODEX_HOME: WORK_DIRECTORY },
  // No answer comes from a browser.
  timeout: 60_000,
});
codex.on('exit', (code) => process.exit(code ?? 1));
