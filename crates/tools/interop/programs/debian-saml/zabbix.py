"""Starts the frontend of Zabbix of Debian with what `client create --app zabbix` prints, over an empty database."""

import gzip
import os
import re
import secrets
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

DIRECTORY = Path(os.environ["WORK_DIRECTORY"])
SERVER = urlsplit(os.environ["DOORWARD_TEST_POSTGRES_URL"])
NAME = f"zabbix_{secrets.token_hex(4)}"
DATABASE = SERVER._replace(path=f"/{NAME}").geturl()
DATA = "/usr/share/zabbix-server-pgsql"
# Rows that the frontend needs; the templates of monitored hosts would take a minute.
TABLES = ["config", "graph_theme", "hstgrp", "role", "role_rule", "users", "users_groups", "usrgrp"]
NEEDED = tuple(f"INSERT INTO {table} " for table in TABLES)
# Names in the pages of Zabbix, with those of their columns.
COLUMNS = {
    "IdP entity ID": "saml_idp_entityid",
    "SSO service URL": "saml_sso_url",
    "SLO service URL": "saml_slo_url",
    "Username attribute": "saml_username_attribute",
    "SP entity ID": "saml_sp_entityid",
}


def psql(url, text):
    command = ["psql", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null", url]
    subprocess.run(command, input=text.encode(), check=True)


psql(SERVER.geturl(), f"CREATE DATABASE {NAME};")
psql(DATABASE, gzip.open(f"{DATA}/schema.sql.gz", "rt").read())
rows = gzip.open(f"{DATA}/data.sql.gz", "rt").readlines()
psql(DATABASE, "".join(row for row in rows if row.startswith(NEEDED)))
lines = (DIRECTORY / "settings.txt").read_text().splitlines()
settings = dict(line.split(": ", 1) for line in lines)
values = [f"{column} = '{settings[name]}'" for name, column in COLUMNS.items()]
# Zabbix creates no users.
psql(
    DATABASE,
    f"""UPDATE config SET saml_auth_enabled = 1, {", ".join(values)};
INSERT INTO users (userid, username, name, surname, passwd, roleid)
VALUES (100, 'ada', 'Ada Lovelace', 'ada@interop.example', '', 1);
INSERT INTO users_groups (id, usrgrpid, userid) VALUES (100, 7, 100);
""",
)
frontend = DIRECTORY / "zabbix"
shutil.copytree("/usr/share/zabbix", frontend, symlinks=False, ignore_dangling_symlinks=True)
# Debian's frontend reads its settings in /etc, whatever its own directory is.
reader = frontend / "include/classes/core/CConfigFile.php"
reader.write_text(reader.read_text().replace("/etc/zabbix/", f"{frontend}/conf/"))
metadata = (DIRECTORY / "idp.xml").read_text()
certificate = re.search("X509Certificate>([^<]+)<", metadata)[1]
(frontend / "conf/certs/idp.crt").write_text(
    f"-----BEGIN CERTIFICATE-----\n{certificate}\n-----END CERTIFICATE-----\n"
)
(frontend / "conf/zabbix.conf.php").write_text(
    f"""<?php
$DB['TYPE'] = 'POSTGRESQL';
$DB['SERVER'] = '{SERVER.hostname}';
$DB['PORT'] = '{SERVER.port or 5432}';
$DB['DATABASE'] = '{NAME}';
$DB['USER'] = '{SERVER.username}';
$DB['PASSWORD'] = '{SERVER.password or ""}';
$DB['SCHEMA'] = '';
$DB['ENCRYPTION'] = false;
$DB['DOUBLE_IEEE754'] = true;
$ZBX_SERVER_NAME = 'interop';
$IMAGE_FORMAT_DEFAULT = IMAGE_FORMAT_PNG;
$SSO['IDP_CERT'] = 'conf/certs/idp.crt';
"""
)
options = ["-d", "post_max_size=16M", "-d", "max_execution_time=300", "-d", "max_input_time=300"]
server = ["php", *options, "-S", f"localhost:{os.environ['PORT']}", "-t", str(frontend)]
os.chdir(frontend)
os.execv("/usr/bin/php", server)
