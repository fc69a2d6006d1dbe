// Signs users in with ldapts: see sign_in.sh in ../ldap for the lines.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Client, EqualityFilter, InvalidCredentialsError } from 'ldapts';

const url = `ldaps://127.0.0.1:${process.env.LDAP_PORT}`;
const tlsOptions = { ca: readFileSync(process.env.LDAP_CA) };
const apiKey = process.env.API_KEY;

// guide:begin
async function groupsAfterSignIn(user, password) {
  const client = new Client({ url, tlsOptions });
  try {
    await client.bind('uid=mail-server,ou=users,dc=example,dc=org', apiKey);
    const { searchEntries } = await client.search('ou=users,dc=example,dc=org', {
      filter: new EqualityFilter({ attribute: 'uid', value: user }),
      attributes: ['memberOf'],
    });
    if (searchEntries.length !== 1) return null;
    await client.bind(searchEntries[0].dn, password);
    return [searchEntries[0].memberOf ?? []].flat();
  } catch (error) {
    if (error instanceof InvalidCredentialsError) return null;
    throw error;
  } finally {
    await client.unbind();
  }
}
// guide:end

for await (const line of createInterface({ input: process.stdin })) {
  const [, user, password] = /^(\S+) (.*)$/.exec(line);
  const groups = await groupsAfterSignIn(user, password);
  const isMember = groups?.includes('cn=engineering,ou=groups,dc=example,dc=org');
  console.log(groups === null ? 'no' : isMember ? 'member' : 'user');
}
