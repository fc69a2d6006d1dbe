// Calls the tools through mcp-remote as a desktop client does: with JSON-RPC on its standard input
// and output. mcp-remote knows only the URL of the server.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const { MCP_URL, TASK, WORK_DIRECTORY } = process.env;
const proxy = spawn(process.execPath, ['node_modules/mcp-remote/dist/proxy.js', MCP_URL], {
  stdio: ['pipe', 'pipe', 'inherit'],
  env: { ...process.env, MCP_REMOTE_CONFIG_DIR: WORK_DIRECTORY },
});
proxy.on('exit', (code) => process.exit(code ?? 1));

const waiting = new Map();
createInterface({ input: proxy.stdout }).on('line', (line) => {
  const { id, result, error } = JSON.parse(line);
  const { resolve, reject } = waiting.get(id);
  error ? reject(new Error(JSON.stringify(error))) : resolve(result);
});

function send(message) {
  proxy.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
}

function call(method, params) {
  const id = waiting.size + 1;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    send({ id, method, params });
  });
}

await call('initialize', {
  protocolVersion: '2025-06-18',
  capabilities: {},
  clientInfo: { name: 'desktop', version: '1.0.0' },
});
send({ method: 'notifications/initialized' });
await call('tools/call', { name: 'add_task', arguments: { title: TASK } });
const found = await call('tools/call', { name: 'list_tasks', arguments: {} });
console.log(JSON.stringify(found.structuredContent));
proxy.removeAllListeners('exit');
proxy.kill();
