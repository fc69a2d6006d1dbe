// guide:begin
import express from 'express'
import session from 'express-session'
import * as client from 'openid-client'
import { Strategy } from 'openid-client/passport'
import passport from 'passport'

const { ISSUER, CLIENT_ID, CLIENT_SECRET, BASE_URL, SESSION_SECRET, PORT = 3000 } = process.env

// An issuer by plain HTTP is for your own machine only.
const execute = ISSUER.startsWith('http:') ? [client.allowInsecureRequests] : []
const config = await client.discovery(new URL(ISSUER), CLIENT_ID, CLIENT_SECRET, undefined, { execute })
const verify = (tokens, done) => done(null, { ...tokens.claims(), id_token: tokens.id_token })
const strategy = { config, scope: 'openid profile email', callbackURL: `${BASE_URL}/callback` }
passport.use('doorward', new Strategy(strategy, verify))
passport.serializeUser((user, done) => done(null, user))
passport.deserializeUser((user, done) => done(null, user))

const app = express()
app.use(session({ secret: SESSION_SECRET, resave: false, saveUninitialized: false }))
app.use(passport.authenticate('session'))
app.get('/login', passport.authenticate('doorward'))
app.get('/callback', passport.authenticate('doorward', { successRedirect: '/' }))
app.get('/logout', (request, response) => {
  const { id_token } = request.user ?? {}
  request.logout(() => {
    const parameters = { post_logout_redirect_uri: `${BASE_URL}/`, id_token_hint: id_token }
    response.redirect(client.buildEndSessionUrl(config, parameters).href)
  })
})
app.get('/', (request, response) => {
  const { user } = request
  response.send(user ? `<p>${user.name} ${user.email}</p>` : '<p>You are not signed in.</p>')
})
app.listen(PORT)
// guide:end
