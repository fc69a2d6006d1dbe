<?php
$conf['useacl'] = 1;
$conf['authtype'] = 'authldap';
$conf['plugin']['authldap']['server'] = 'ldaps://id.example.org';
$conf['plugin']['authldap']['version'] = 3;
$conf['plugin']['authldap']['binddn'] = 'uid=mail-server,ou=users,dc=example,dc=org';
$conf['plugin']['authldap']['bindpw'] = 'API_KEY';
$conf['plugin']['authldap']['usertree'] = 'ou=users,dc=example,dc=org';
$conf['plugin']['authldap']['userfilter'] = '(&(objectClass=inetOrgPerson)(uid=%{user}))';
$conf['plugin']['authldap']['grouptree'] = 'ou=groups,dc=example,dc=org';
$conf['plugin']['authldap']['groupfilter'] = '(&(objectClass=groupOfNames)(member=%{dn}))';
