// guide:begin
import { isUser } from 'doorward-access'
import { caller, checkRoutes, deny, guard } from 'doorward-access/fastify'
import Fastify from 'fastify'

export function createApp(access) {
  const allow = guard(access)
  const app = Fastify()
  checkRoutes(app)

  const reader = { onRequest: allow.permission('tasks:read') }
  app.get('/report', reader, async (request) => {
    const { subject, isService } = caller(request)
    return { subject, machine: isService }
  })

  const payer = { onRequest: allow.permission('tasks:write').recent({ maxAge: 300 }) }
  app.post('/payments', payer, async (request, reply) => {
    console.log('paid by', caller(request).subject)
    return reply.code(204).send()
  })

  const manager = { onRequest: allow.permission('tasks:read_all', 'tasks:read').requires(isUser) }
  app.get('/reports', manager, async () => [])

  app.get('/reports/:owner', reader, async (request, reply) => {
    const { owner } = request.params
    const reason = { code: 'object_denied', detail: 'this report is not yours' }
    if (owner !== caller(request).subject)
      return deny(reply, access.forbidden(caller(request), [reason]))
    return { owner }
  })

  return app
}
// guide:end
