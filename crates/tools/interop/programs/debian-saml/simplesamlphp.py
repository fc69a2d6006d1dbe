"""Starts SimpleSAMLphp of Debian with one service provider, and three pages that use it."""

import os
import secrets
from pathlib import Path

DIRECTORY = Path(os.environ["WORK_DIRECTORY"])
BASE = os.environ["BASE_URL"]
IDP = f"{os.environ['ISSUER']}/saml/metadata"
PROGRAM = "/usr/share/simplesamlphp"

for name in ["config", "www", "sessions", "log"]:
    (DIRECTORY / name).mkdir()
(DIRECTORY / "www/simplesaml").symlink_to(f"{PROGRAM}/www")
(DIRECTORY / "config/config.php").write_text(
    f"""<?php
$config = [
    'baseurlpath' => '{BASE}/simplesaml/',
    'metadatadir' => '{DIRECTORY}/',
    'loggingdir' => '{DIRECTORY}/log/',
    'datadir' => '{DIRECTORY}/',
    'tempdir' => '{DIRECTORY}/',
    'secretsalt' => '{secrets.token_hex(16)}',
    'auth.adminpassword' => '{secrets.token_hex(16)}',
    'technicalcontact_email' => 'admin@interop.example',
    'timezone' => 'UTC',
    'logging.level' => SimpleSAML\\Logger::NOTICE,
    'logging.handler' => 'errorlog',
    'store.type' => 'phpsession',
    'session.cookie.secure' => false,
    'session.cookie.samesite' => 'Lax',
    'session.phpsession.savepath' => '{DIRECTORY}/sessions',
    'session.phpsession.samesite' => 'Lax',
    'enable.saml20-idp' => false,
    'metadata.sources' => [['type' => 'xml', 'file' => '{DIRECTORY}/idp.xml']],
];
"""
)
(DIRECTORY / "config/authsources.php").write_text(
    f"""<?php
$config = [
    'default-sp' => ['saml:SP', 'entityID' => '{BASE}/saml/metadata', 'idp' => '{IDP}'],
];
"""
)
PAGE = f"""<?php
require_once '{PROGRAM}/lib/_autoload.php';
$sp = new \\SimpleSAML\\Auth\\Simple('default-sp');
"""
(DIRECTORY / "www/login.php").write_text(f"{PAGE}$sp->requireAuth(['ReturnTo' => '{BASE}/']);\n")
(DIRECTORY / "www/logout.php").write_text(f"{PAGE}$sp->logout('{BASE}/');\n")
(DIRECTORY / "www/index.php").write_text(
    PAGE
    + """$user = $sp->getAttributes();
$name = $user['urn:oid:2.16.840.1.113730.3.1.241'][0] ?? 'nobody';
echo '<p>' . htmlspecialchars($name . ' ' . ($user['urn:oid:0.9.2342.19200300.100.1.3'][0] ?? '')) . '</p>';
"""
)
os.environ["SIMPLESAMLPHP_CONFIG_DIR"] = str(DIRECTORY / "config")
server = ["php", "-S", f"localhost:{os.environ['PORT']}", "-t", str(DIRECTORY / "www")]
os.execv("/usr/bin/php", server)
