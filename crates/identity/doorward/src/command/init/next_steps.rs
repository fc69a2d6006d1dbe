//! The steps that only the operator can do.

use doorward_rules::rejection::quoted;

use crate::command::prelude::*;

/// The commands of a deployment.
pub struct Commands<'a> {
    pub config: &'a Path,
    /// User who runs the commands; `None`: the caller.
    pub user: Option<&'a str>,
    /// True if systemd starts the server.
    pub has_unit: bool,
}

/// Returns the steps to the first sign-in, in their order.
pub fn next_steps(config: &Config, commands: &Commands<'_>) -> Vec<String> {
    let file = quoted(&commands.config.display().to_string());
    let sudo = commands.user.map(|user| format!("sudo -u {user} "));
    let sudo = sudo.unwrap_or_default();
    let mut steps = Vec::new();
    steps.extend(config.network_step());
    steps.push(if commands.has_unit {
        "Start the server: systemctl daemon-reload && systemctl enable --now doorward".to_owned()
    } else {
        format!("Start the server: {sudo}doorward serve --config {file}")
    });
    steps.push(format!(
        "Check the deployment: {sudo}doorward doctor --config {file}"
    ));
    steps
}

#[cfg(test)]
mod tests {
    use doorward_config::initial::{Https, InitialConfig, Source};

    use super::*;

    fn steps(issuer: &str, https: Https, has_unit: bool) -> Vec<String> {
        let text = InitialConfig {
            issuer: issuer.to_owned(),
            https,
            secret_key: Source::text("q83vEjRWeJCrze/+3LqYdlQyEKpVzDOZd4iZqrvM3e8="),
            database: Source::text("sqlite://doorward.sqlite"),
            mail: None,
        }
        .to_toml();
        let file = Path::new("/etc/doorward/doorward.toml");
        let config = Config::load_text(file, &text, []).unwrap();
        let commands = Commands {
            config: file,
            user: has_unit.then_some("doorward"),
            has_unit,
        };
        next_steps(&config, &commands)
    }

    #[test]
    fn steps_follow_from_configuration() {
        let acme = Https::Acme {
            directory: "https://acme.example.org/directory".to_owned(),
            contact: None,
        };
        let found = steps("https://id.example.org", acme, true);
        assert!(
            found[0].contains("ports 80 and 443 for the authority"),
            "{found:?}"
        );
        assert!(
            found[1].ends_with("systemctl enable --now doorward"),
            "{found:?}"
        );
        let doctor = "sudo -u doorward doorward doctor --config /etc/doorward/doorward.toml";
        assert!(found[2].ends_with(doctor), "{found:?}");
        let found = steps("https://id.example.org", Https::Proxy, false);
        assert!(
            found[0].contains("pass its requests to http://127.0.0.1:8400"),
            "{found:?}"
        );
        assert!(found[1].contains("doorward serve --config"), "{found:?}");
        let found = steps("http://localhost:8400", Https::Proxy, false);
        assert_eq!(found.len(), 2, "{found:?}");
    }
}
