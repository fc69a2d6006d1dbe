// guide:begin
import { Access } from 'doorward-access'
import { createApp } from './app.mjs'

const { ISSUER, AUDIENCE, BASE_URL, PORT } = process.env
const access = new Access({ issuer: ISSUER, audience: AUDIENCE, origin: BASE_URL })
await createApp(access).listen({ port: PORT })
// guide:end
