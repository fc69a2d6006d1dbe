// guide:begin
import express from 'express'
import { authenticate, permission, recent, user } from './access.mjs'

const app = express()
app.disable('x-powered-by')
app.use(authenticate)

app.get('/report', permission('tasks:read'), (request, response) => {
  const { sub, client_id } = request.caller
  response.json({ subject: sub, machine: sub === client_id })
})

app.post('/payments', permission('tasks:write'), recent(300), (request, response) => {
  response.status(204).end()
})

app.get('/reports', user, permission('tasks:read_all', 'tasks:read'), (request, response) => {
  response.json([])
})

app.get('/reports/:owner', permission('tasks:read'), (request, response) => {
  const { owner } = request.params
  if (owner !== request.caller.sub) return response.status(403).json({ title: 'not yours' })
  response.json({ owner })
})

app.listen(process.env.PORT, '127.0.0.1')
// guide:end
