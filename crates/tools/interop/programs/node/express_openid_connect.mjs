// guide:begin
import express from 'express'
import openid from 'express-openid-connect'

const { ISSUER, CLIENT_ID, CLIENT_SECRET, BASE_URL, SESSION_SECRET, PORT = 3000 } = process.env

const app = express()
app.use(
  openid.auth({
    issuerBaseURL: ISSUER,
    baseURL: BASE_URL,
    clientID: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    secret: SESSION_SECRET,
    authRequired: false,
    idpLogout: true,
    authorizationParams: { response_type: 'code', scope: 'openid profile email' },
  }),
)

app.get('/', (request, response) => {
  const { user } = request.oidc
  response.send(user ? `<p>${user.name} ${user.email}</p>` : '<p>You are not signed in.</p>')
})
app.listen(PORT)
// guide:end
