import { getServerSession } from 'next-auth'

export const dynamic = 'force-dynamic'

export default async function Page() {
  const session = await getServerSession()
  if (!session) return <p>Signed out.</p>
  return (
    <p>
      {session.user.name} {session.user.email}
    </p>
  )
}
