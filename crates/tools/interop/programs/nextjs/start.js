// Serves the application of this directory, compiled on demand.
import { createServer } from 'node:http'
import next from 'next'

const port = Number(process.env.PORT)
const app = next({ dev: true, dir: import.meta.dirname, hostname: 'localhost', port })
await app.prepare()
createServer(app.getRequestHandler()).listen(port)
