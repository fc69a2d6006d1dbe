// The Passport strategy of openid-client with Express, as its example shows.
import express from 'express'
import session from 'express-session'
import * as client from 'openid-client'
import { Strategy } from 'openid-client/passport'
import passport from 'passport'

const { ISSUER, CLIENT_ID, CLIENT_SECRET, BASE_URL, PORT } = process.env
const app = express()
app.use(session({ secret: 'interop', resave: false, saveUninitialized: false }))
app.use(passport.authenticate('session'))
passport.serializeUser((user, done) => done(null, user))
passport.deserializeUser((user, done) => done(null, user))

// An issuer by plain HTTP, on this machine only.
const options = { execute: [client.allowInsecureRequests] }

// guide:begin
const config = await client.discovery(
  new URL(ISSUER),
  CLIENT_ID,
  CLIENT_SECRET,
  undefined,
  options,
)
const verify = (tokens, done) => done(null, { ...tokens.claims(), id_token: tokens.id_token })
const strategy = { config, scope: 'openid profile email', callbackURL: `${BASE_URL}/callback` }
passport.use('doorward', new Strategy(strategy, verify))

app.get('/login', passport.authenticate('doorward'))
app.get('/callback', passport.authenticate('doorward', { successRedirect: '/' }))
app.get('/logout', (request, response) => {
  const { id_token } = request.user ?? {}
  request.logout(() => {
    const parameters = { post_logout_redirect_uri: `${BASE_URL}/`, id_token_hint: id_token }
    response.redirect(client.buildEndSessionUrl(config, parameters).href)
  })
})
// guide:end

app.get('/', (request, response) => {
  const { user } = request
  response.send(user ? `<p>${user.name} ${user.email}</p>` : '<p>Nobody is signed in.</p>')
})
app.listen(Number(PORT), '127.0.0.1')
