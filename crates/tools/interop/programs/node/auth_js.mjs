// guide:begin
import { ExpressAuth, getSession } from '@auth/express'
import express from 'express'

const { ISSUER, CLIENT_ID, CLIENT_SECRET, SESSION_SECRET, PORT = 3000 } = process.env

const config = {
  trustHost: true,
  secret: SESSION_SECRET,
  providers: [
    {
      id: 'doorward',
      name: 'Doorward',
      type: 'oidc',
      issuer: ISSUER,
      clientId: CLIENT_ID,
      clientSecret: CLIENT_SECRET,
    },
  ],
}

const app = express()
// Express 4 and 5: @auth/express reads the path of the first group.
app.use(/^\/auth\/(.*)/, ExpressAuth(config))
app.get('/', async (request, response) => {
  const user = (await getSession(request, config))?.user
  response.send(user ? `<p>${user.name} ${user.email}</p>` : '<p>You are not signed in.</p>')
})
app.listen(PORT)
// guide:end
