// passport-openidconnect with Express, as its tutorial begins.
import express from 'express'
import session from 'express-session'
import passport from 'passport'
import OpenIDConnectStrategy from 'passport-openidconnect'

const { ISSUER, CLIENT_ID, CLIENT_SECRET, PORT } = process.env
const app = express()
app.use(session({ secret: 'interop', resave: false, saveUninitialized: false }))
app.use(passport.authenticate('session'))
passport.serializeUser((user, done) => done(null, user))
passport.deserializeUser((user, done) => done(null, user))

// guide:begin
passport.use(
  new OpenIDConnectStrategy(
    {
      issuer: ISSUER,
      authorizationURL: `${ISSUER}/oauth2/authorize`,
      tokenURL: `${ISSUER}/oauth2/token`,
      userInfoURL: `${ISSUER}/oauth2/userinfo`,
      clientID: CLIENT_ID,
      clientSecret: CLIENT_SECRET,
      callbackURL: '/oauth2/redirect',
      scope: ['profile', 'email'],
    },
    (issuer, profile, done) => done(null, profile),
  ),
)

app.get('/login', passport.authenticate('openidconnect'))
app.get(
  '/oauth2/redirect',
  passport.authenticate('openidconnect', { successRedirect: '/', failureRedirect: '/failed' }),
)
app.post('/logout', (request, response, next) => {
  request.logout(error => (error ? next(error) : response.redirect('/')))
})
// guide:end

app.get('/failed', (request, response) => {
  response.status(401).send(`<p>${JSON.stringify(request.session.messages ?? 'failed')}</p>`)
})
app.get('/', (request, response) => {
  if (!request.user) return response.send('<p>Nobody is signed in.</p>')
  const { displayName, emails } = request.user
  const form = '<form method="post" action="/logout"><button>Sign out</button></form>'
  response.send(`<p>${displayName} ${emails?.[0]?.value}</p>${form}`)
})
app.listen(Number(PORT), '127.0.0.1')
