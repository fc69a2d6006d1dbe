//! Tests that the number of stored authorization requests of anonymous callers is limited.

use doorward_testkit::{Authorization, Backend, Stack, UserAgent, stack};

const LIMITS: &[(&str, &str)] = &[("DOORWARD__LIMITS__MULTIPLIER", "1")];

/// The limit per minute and address.
const QUOTA: usize = 200;

#[test]
fn pending_requests_are_limited_by_address() {
    stack::run_with(Backend::SqliteMemory, LIMITS, async |stack: &Stack| {
        let request = Authorization::new(stack.issuer(), &stack.seed.web);
        let silent = request.clone().with("prompt", "none");
        let agent = UserAgent::new();
        for n in 0..QUOTA {
            // A request with an immediate response is not stored and does not count.
            let page = agent.get(silent.url()).await;
            assert!(answer(&page).contains("error=login_required"));
            let page = agent.get(request.url()).await;
            assert!(answer(&page).contains("/login?flow="), "{n}");
        }
        let page = agent.get(request.url()).await;
        assert_eq!(page.status, 429, "{}", page.dump());
        assert_eq!(page.header("retry-after"), Some("60"));
        assert!(page.media_type().starts_with("text/html"));
        let page = agent.get(silent.url()).await;
        assert!(answer(&page).contains("error=login_required"));
    });
}

fn answer(page: &doorward_testkit::Page) -> String {
    let location = page.location().unwrap_or_else(|| panic!("{}", page.dump()));
    location.to_string()
}
