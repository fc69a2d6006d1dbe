// Signs in with the command line of opencode, which knows only the URL of the server, and connects.

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

const { MCP_URL, WORK_DIRECTORY } = process.env;
// The package of this machine: `opencode-ai` brings the same for all of them.
const opencode = `${process.cwd()}/node_modules/opencode-linux-x64/bin/opencode`;
writeFileSync(
  `${WORK_DIRECTORY}/opencode.json`,
  JSON.stringify({ mcp: { sample: { type: 'remote', url: MCP_URL } } }),
);
const run = (...words) => {
  const { status } = spawnSync(opencode, ['mcp', ...words], {
    cwd: WORK_DIRECTORY,
    stdio: 'inherit',
    // It listens at the same port each time.
    timeout: 60_000,
  });
  if (status !== 0) process.exit(1);
};
run('auth', 'sample');
run('list');
