// Auth.js with Express 4, as its documentation begins: @auth/express 0.12 finds no action below Express 5.
import { ExpressAuth, getSession } from '@auth/express'
import express from 'express4'

const { ISSUER, CLIENT_ID, CLIENT_SECRET, PORT } = process.env

// guide:begin
const config = {
  trustHost: true,
  secret: 'a long, randomly-generated string stored in env',
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
app.use('/auth/*', ExpressAuth(config))
app.get('/', async (request, response) => {
  const user = (await getSession(request, config))?.user
  response.send(user ? `<p>${user.name} ${user.email}</p>` : '<p>Nobody is signed in.</p>')
})
// guide:end

app.listen(Number(PORT), '127.0.0.1')
