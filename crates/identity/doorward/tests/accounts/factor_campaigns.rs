//! Tests of campaigns: a second factor for users from a date, with a notice and reminders before it.

use std::time::{Duration, Instant};

use doorward_access::clock::Clock as _;
use doorward_admin::change_reason::ChangeReason;
use doorward_admin::operator::AdminContext;
use doorward_campaigns::use_cases;
use doorward_domain::model::{AuditEvent, AuditKind, CampaignTarget, FactorCampaign};
use doorward_store::repo;
use doorward_testkit::{Authorization, Page, Stack, UserAgent, flows};

use crate::two_factor::{HOME, enrol, first_step, is_account, password, set_up};

flows!(
    campaign_is_announced_and_then_required,
    enrollment_from_notice_continues_request,
    exception_delays_requirement,
    replicas_send_each_reminder_once,
);

const NOTICE: &str = "/login/protection";
const DAY: i64 = 86_400;

/// Ends a campaign, as the command line does.
async fn end(stack: &Stack, campaign: &FactorCampaign) {
    let db = stack.db().await;
    let ended = {
        let context = AdminContext::command_line(&db, &stack.clock);
        use_cases::end(&context, campaign.id).await
    };
    ended.expect("an open campaign");
    db.close().await.expect("close");
    stack.read_background().await;
}

/// Excepts a user for some seconds.
async fn except(stack: &Stack, name: &str, seconds: i64) {
    let db = stack.db().await;
    let found = repo::users::find_by_identifier(db.read(), name).await;
    let user = found.expect("a query").expect("a user").id;
    let excepted = {
        let reason = ChangeReason::parse("Waits for a key").expect("a reason");
        let context = AdminContext::command_line(&db, &stack.clock).with_reason(Some(reason));
        let until = stack.clock.now() + seconds;
        use_cases::except(&context, user, until).await
    };
    excepted.expect("an exception");
    db.close().await.expect("close");
}

fn request(stack: &Stack) -> Authorization {
    Authorization::new(stack.issuer(), &stack.seed.trusted).with("scope", "openid offline_access")
}

/// Signs a user in with the password during an authorization request; returns the notice.
async fn notice(agent: &UserAgent, request: &Authorization, name: &str) -> Page {
    let page = request.start(agent).await.expect_page();
    let page = password(agent, &page, name).await;
    let page = request.follow(agent, page).await.expect_page();
    assert_eq!(page.url.path(), NOTICE, "{}", page.dump());
    assert!(
        page.text().contains("needs two-step sign-in"),
        "{}",
        page.dump()
    );
    page
}

async fn campaign_is_announced_and_then_required(stack: &Stack) {
    let campaign = stack.require_factor_in(120, CampaignTarget::All, &[]).await;
    let agent = UserAgent::new();
    let page = first_step(stack, &agent, "alice").await;
    assert_eq!(page.url.path(), NOTICE, "{}", page.dump());
    let later = page.link_of("main a[href='/login']").expect("a link");
    let page = agent.follow(agent.get(later).await, "").await;
    assert!(is_account(&page), "{}", page.dump());
    assert!(page.has(".notice time"), "{}", page.dump());

    // The request of an app continues after the notice, and its tokens end with the start.
    let (agent, request) = (UserAgent::new(), request(stack));
    let page = notice(&agent, &request, "alice").await;
    let later = page.link_of("main a[href^='/login?flow=']");
    let page = agent.get(later.expect("a link")).await;
    let code = request.follow(&agent, page).await.code();
    let client = &stack.seed.trusted;
    let tokens = stack.exchange(client, &code).await;
    assert_eq!(tokens.status, 200, "{}", tokens.dump());
    stack.clock.advance(121);
    let refresh = tokens.member("refresh_token").expect("a token");
    let page = stack.refresh(client, &refresh).await;
    assert_eq!(page.json()["error"], "invalid_grant", "{}", page.dump());
    let page = first_step(stack, &UserAgent::new(), "alice").await;
    assert_eq!(page.url.path(), HOME, "{}", page.dump());

    end(stack, &campaign).await;
    let page = first_step(stack, &UserAgent::new(), "alice").await;
    assert!(is_account(&page), "{}", page.dump());
}

async fn enrollment_from_notice_continues_request(stack: &Stack) {
    stack.require_factor_in(DAY, CampaignTarget::All, &[]).await;
    let (agent, request) = (UserAgent::new(), request(stack));
    let page = notice(&agent, &request, "alice").await;
    let now = page.link_of("main a.primary").expect("a link");
    let page = agent.get(now).await;
    assert_eq!(page.url.path(), HOME, "{}", page.dump());
    assert!(!page.text().contains("to go on"), "{}", page.dump());
    let (_, shown) = set_up(stack, &agent, &page).await;
    let form = shown.form("form[action$='/2fa/saved']").with("saved", "on");
    let page = agent.submit(&form).await;
    request.follow(&agent, page).await.code();
    // A user with a second factor sees no notice.
    let page = first_step(stack, &UserAgent::new(), "alice").await;
    assert_eq!(page.url.path(), "/login/2fa", "{}", page.dump());
}

async fn exception_delays_requirement(stack: &Stack) {
    stack.require_factor_in(60, CampaignTarget::All, &[]).await;
    except(stack, "alice", 3_600).await;
    stack.clock.advance(61);
    for (name, expected) in [("alice", NOTICE), ("bob", HOME)] {
        let page = first_step(stack, &UserAgent::new(), name).await;
        assert_eq!(page.url.path(), expected, "{name}: {}", page.dump());
    }
    stack.clock.advance(3_600);
    let page = first_step(stack, &UserAgent::new(), "alice").await;
    assert_eq!(page.url.path(), HOME, "{}", page.dump());
    let events = stack.audited(AuditKind::UserChanged).await;
    let changes = changes(&events);
    assert!(
        changes.contains(&"second factor exception set"),
        "{changes:?}"
    );
}

fn changes(events: &[AuditEvent]) -> Vec<&str> {
    let changes = events.iter().filter_map(|event| event.detail.get("change"));
    changes.filter_map(|change| change.as_str()).collect()
}

/// Returns the number of reminders that were sent to all users.
async fn sent(stack: &Stack) -> usize {
    let events = stack.audited(AuditKind::SystemChanged).await;
    let changes = changes(&events).into_iter();
    let sent = changes.filter(|change| *change == "second factor reminder sent");
    sent.count()
}

async fn replicas_send_each_reminder_once(stack: &Stack) {
    const SUBJECT: &str = "Two-step sign-in will be required";
    enrol(stack, &UserAgent::new(), "bob").await;
    let campaign = stack
        .require_factor_in(14 * DAY, CampaignTarget::All, &[7, 1])
        .await;
    assert_eq!(campaign.reminders, [7, 1]);
    for (days, expected) in [(7, 1), (6, 2)] {
        stack.clock.advance(days * DAY);
        let _replicas = [stack.sweeper().await, stack.sweeper().await];
        let start = Instant::now();
        while sent(stack).await < expected {
            assert!(start.elapsed() < Duration::from_secs(30), "no reminder");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        // The other replicas look as well.
        tokio::time::sleep(Duration::from_secs(3)).await;
        assert_eq!(sent(stack).await, expected);
        for (name, count) in [("alice", expected), ("bob", 0)] {
            let mails = stack.mails(&format!("{name}@example.org")).await;
            let mails = mails.iter().filter(|mail| mail.subject == SUBJECT);
            assert_eq!(mails.count(), count, "{name}");
        }
    }
}
