//! The check of `doorward doctor`: the certificate of the LDAP server.

use doorward_admin::prelude::*;
use doorward_console_ui::feature::Finding;

use crate::server;
use crate::tls;

pub fn check(context: &AdminContext<'_>) -> Finding {
    let config = context.settings.config();
    let Some(config) = config.filter(|config| config.ldap.is_enabled()) else {
        return Finding::Good("the LDAP server is not enabled");
    };
    if let Err(seen) = server::names(config) {
        let remedy = "write ldap.base_dn = \"dc=example,dc=org\"";
        return Finding::Warning { seen, remedy };
    }
    let Some(files) = tls::files(config) else {
        let seen = "the LDAP server has no certificate".to_owned();
        let remedy = "name the files by ldap.certificate and ldap.private_key_file";
        return Finding::Warning { seen, remedy };
    };
    let facts = files.read().and_then(|bytes| bytes.parse()?.facts());
    match facts {
        Err(error) => Finding::Warning {
            seen: error.to_string(),
            remedy: error.remediation(),
        },
        Ok(facts) => match facts.problems(&[], context.now()).first() {
            Some(problem) => Finding::Warning {
                seen: problem.to_string(),
                remedy: problem.remediation(),
            },
            None => Finding::Good("the LDAP server has a valid certificate"),
        },
    }
}
