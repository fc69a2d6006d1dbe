// guide:begin
import NextAuth from 'next-auth'

const handler = NextAuth({
  providers: [
    {
      id: 'doorward',
      name: 'Doorward',
      type: 'oauth',
      wellKnown: `${process.env.ISSUER}/.well-known/openid-configuration`,
      clientId: process.env.CLIENT_ID,
      clientSecret: process.env.CLIENT_SECRET,
      authorization: { params: { scope: 'openid email profile' } },
      idToken: true,
      checks: ['pkce', 'state'],
      profile: claims => ({ id: claims.sub, name: claims.name, email: claims.email }),
    },
  ],
})

export { handler as GET, handler as POST }
// guide:end
