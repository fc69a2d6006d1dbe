"""Starts the Shibboleth service provider of Debian: its daemon, and Apache with its module."""

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

DIRECTORY = Path(os.environ["WORK_DIRECTORY"])
ISSUER = os.environ["ISSUER"]
BASE = os.environ["BASE_URL"]
PORT = os.environ["PORT"]
SYSTEM = "/etc/shibboleth"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


daemon = free_port()
(DIRECTORY / "shibboleth2.xml").write_text(
    f"""<SPConfig xmlns="urn:mace:shibboleth:3.0:native:sp:config"
    xmlns:conf="urn:mace:shibboleth:3.0:native:sp:config" clockSkew="180">
  <OutOfProcess logger="{SYSTEM}/console.logger" tranLogFormat="%u"/>
  <InProcess logger="{SYSTEM}/native.logger"/>
  <TCPListener address="127.0.0.1" port="{daemon}" acl="127.0.0.1"/>
  <StorageService type="Memory" id="mem" cleanupInterval="900"/>
  <SessionCache type="StorageService" StorageService="mem" cacheTimeout="3600" inprocTimeout="900"/>
  <ReplayCache StorageService="mem"/>
  <ApplicationDefaults entityID="{BASE}/saml/metadata" signing="true" REMOTE_USER="eppn"
      cipherSuites="DEFAULT:!EXP:!LOW:!aNULL:!eNULL:!DES:!IDEA:!SEED:!RC4:!3DES:!kRSA:!SSLv2:!SSLv3:!TLSv1:!TLSv1.1">
    <Sessions lifetime="28800" timeout="3600" relayState="ss:mem" checkAddress="false"
        handlerSSL="false" cookieProps="; path=/; HttpOnly" redirectLimit="exact">
      <SSO entityID="{ISSUER}/saml/metadata">SAML2</SSO>
      <Logout>SAML2 Local</Logout>
    </Sessions>
    <Errors supportContact="admin@interop.example"/>
    <MetadataProvider type="XML" path="{DIRECTORY}/idp.xml"/>
    <AttributeExtractor type="XML" path="{DIRECTORY}/attributes.xml"/>
    <AttributeFilter type="XML" path="{DIRECTORY}/policy.xml"/>
    <CredentialResolver type="File" use="signing"
        key="{os.environ["PRIVATE_KEY_FILE"]}" certificate="{os.environ["CERTIFICATE_FILE"]}"/>
  </ApplicationDefaults>
  <SecurityPolicyProvider type="XML" path="{SYSTEM}/security-policy.xml"/>
  <ProtocolProvider type="XML" path="{SYSTEM}/protocols.xml"/>
</SPConfig>
"""
)
(DIRECTORY / "attributes.xml").write_text(
    """<Attributes xmlns="urn:mace:shibboleth:2.0:attribute-map">
  <Attribute name="urn:oid:2.16.840.1.113730.3.1.241" id="displayName"/>
  <Attribute name="urn:oid:0.9.2342.19200300.100.1.3" id="mail"/>
</Attributes>
"""
)
(DIRECTORY / "policy.xml").write_text(
    """<AttributeFilterPolicyGroup xmlns="urn:mace:shibboleth:2.0:afp">
  <AttributeFilterPolicy>
    <PolicyRequirementRule xsi:type="ANY" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"/>
    <AttributeRule attributeID="displayName" permitAny="true"/>
    <AttributeRule attributeID="mail" permitAny="true"/>
  </AttributeFilterPolicy>
</AttributeFilterPolicyGroup>
"""
)
(DIRECTORY / "httpd.conf").write_text(
    f"""ServerName localhost:{PORT}
Listen 127.0.0.1:{PORT}
ServerRoot /usr/lib/apache2
PidFile {DIRECTORY}/httpd.pid
ErrorLog /dev/stderr
User www-data
Group www-data
LoadModule mpm_event_module modules/mod_mpm_event.so
LoadModule authn_core_module modules/mod_authn_core.so
LoadModule authz_core_module modules/mod_authz_core.so
LoadModule authz_user_module modules/mod_authz_user.so
LoadModule alias_module modules/mod_alias.so
LoadModule dir_module modules/mod_dir.so
LoadModule include_module modules/mod_include.so
LoadModule mime_module modules/mod_mime.so
TypesConfig /etc/mime.types
DocumentRoot {DIRECTORY}/htdocs
DirectoryIndex index.html
UseCanonicalName On
<Directory {DIRECTORY}/htdocs>
  Options +IncludesNOEXEC
  SetOutputFilter INCLUDES
  Require all granted
</Directory>
Redirect "/logout" "/Shibboleth.sso/Logout?return={BASE}/signed-out"
LoadModule mod_shib modules/mod_shib.so
ShibConfig {DIRECTORY}/shibboleth2.xml
<Location /secure>
  AuthType shibboleth
  ShibRequestSetting requireSession 1
  Require shib-session
</Location>
"""
)
pages = {
    "index.html": "<p>You are not signed in.</p>",
    "secure/index.html": '<p><!--#echo var="displayName" --> <!--#echo var="mail" --></p>',
    "signed-out/index.html": "<p>You are signed out.</p>",
}
for name, text in pages.items():
    page = DIRECTORY / "htdocs" / name
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(text)


options = ["-f", "-F", "-c", str(DIRECTORY / "shibboleth2.xml"), "-p", str(DIRECTORY / "shibd.pid")]
shibd = subprocess.Popen(["/usr/sbin/shibd", *options])
if os.fork() == 0:
    # Apache changes its user, so a signal at its end would not reach the daemon.
    apache = os.getppid()
    while os.getppid() == apache:
        time.sleep(0.2)
    os.kill(shibd.pid, signal.SIGKILL)
    os._exit(0)
os.execv("/usr/sbin/apache2", ["apache2", "-X", "-f", str(DIRECTORY / "httpd.conf")])
