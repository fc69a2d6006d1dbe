// express-openid-connect with the code flow, as its documentation begins.
import express from 'express'
import openid from 'express-openid-connect'

const { ISSUER, CLIENT_ID, CLIENT_SECRET, BASE_URL, PORT } = process.env

// guide:begin
const app = express()
app.use(
  openid.auth({
    issuerBaseURL: ISSUER,
    baseURL: BASE_URL,
    clientID: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    secret: 'a long, randomly-generated string stored in env',
    authRequired: false,
    idpLogout: true,
    authorizationParams: { response_type: 'code', scope: 'openid profile email' },
  }),
)

app.get('/', (request, response) => {
  const { user } = request.oidc
  response.send(user ? `<p>${user.name} ${user.email}</p>` : '<p>Nobody is signed in.</p>')
})
// guide:end

app.listen(Number(PORT), '127.0.0.1')
