// guide:begin
import { isUser } from 'doorward-access'
import { caller, checkRoutes, deny, guard } from 'doorward-access/express'
import express from 'express'

export function createApp(access) {
  const allow = guard(access)
  const app = express()
  app.disable('x-powered-by')

  app.get('/report', allow.permission('tasks:read'), (request, response) => {
    const { subject, isService } = caller(request)
    response.json({ subject, machine: isService })
  })

  const payer = allow.permission('tasks:write').recent({ maxAge: 300 })
  app.post('/payments', payer, (request, response) => {
    console.log('paid by', caller(request).subject)
    response.status(204).end()
  })

  const manager = allow.permission('tasks:read_all', 'tasks:read').requires(isUser)
  app.get('/reports', manager, (request, response) => response.json([]))

  app.get('/reports/:owner', allow.permission('tasks:read'), (request, response) => {
    const { owner } = request.params
    const reason = { code: 'object_denied', detail: 'this report is not yours' }
    if (owner !== caller(request).subject)
      return deny(response, access.forbidden(caller(request), [reason]))
    response.json({ owner })
  })

  checkRoutes(app)
  return app
}
// guide:end
