// guide:begin
import express from 'express'
import session from 'express-session'
import passport from 'passport'
import OpenIDConnectStrategy from 'passport-openidconnect'

const { ISSUER, CLIENT_ID, CLIENT_SECRET, BASE_URL, SESSION_SECRET, PORT = 3000 } = process.env

passport.use(
  new OpenIDConnectStrategy(
    {
      issuer: ISSUER,
      authorizationURL: `${ISSUER}/oauth2/authorize`,
      tokenURL: `${ISSUER}/oauth2/token`,
      userInfoURL: `${ISSUER}/oauth2/userinfo`,
      clientID: CLIENT_ID,
      clientSecret: CLIENT_SECRET,
      callbackURL: `${BASE_URL}/oauth2/redirect`,
      scope: ['profile', 'email'],
    },
    (issuer, profile, done) => done(null, profile),
  ),
)
passport.serializeUser((user, done) => done(null, user))
passport.deserializeUser((user, done) => done(null, user))

const app = express()
app.use(session({ secret: SESSION_SECRET, resave: false, saveUninitialized: false }))
app.use(passport.authenticate('session'))
app.get('/login', passport.authenticate('openidconnect'))
app.get(
  '/oauth2/redirect',
  passport.authenticate('openidconnect', { successRedirect: '/', failureRedirect: '/failed' }),
)
app.get('/failed', (request, response) => {
  response.status(401).send('<p>The sign-in failed.</p>')
})
app.post('/logout', (request, response, next) => {
  request.logout(error => (error ? next(error) : response.redirect('/')))
})
app.get('/', (request, response) => {
  if (!request.user) return response.send('<p>You are not signed in.</p>')
  const { displayName, emails } = request.user
  const form = '<form method="post" action="/logout"><button>Sign out</button></form>'
  response.send(`<p>${displayName} ${emails?.[0]?.value}</p>${form}`)
})
app.listen(PORT)
// guide:end
