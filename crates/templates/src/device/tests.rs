use doorward_i18n::Lang;

use super::*;

#[test]
fn user_agent_is_described() {
    let layout = Layout::sample(Lang::En);
    let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0";
    for (agent, label) in [
        (edge, "Edge on Windows"),
        (
            "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36",
            "Chrome on Linux",
        ),
        (
            "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Firefox/140.0",
            "Firefox on Android",
        ),
        ("curl/8.14.1", "Unknown device"),
        ("<script>", "Unknown device"),
        ("", "Unknown device"),
    ] {
        assert_eq!(
            Device::from_user_agent(agent).label(&layout),
            label,
            "{agent}"
        );
    }
}
