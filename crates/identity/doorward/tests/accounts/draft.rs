//! Tests that profile changes typed while the session ended are not lost (WCAG 2.2 §2.2.5).

use doorward_testkit::{PASSWORD, Page, Stack, UserAgent, flows};

use crate::support::{location, sign_in};

flows!(
    draft_is_restored_after_sign_in,
    draft_is_hidden_from_other_users,
);

const PATH: &str = "/account/profile";
const TYPED: &str = "Keeps bees, and a diary.";

/// Fills in the profile of alice, and submits it after her session has ended.
async fn save_too_late(stack: &Stack, agent: &UserAgent) -> Page {
    sign_in(stack, agent, "alice", PASSWORD).await;
    let page = agent.get(stack.at(PATH)).await;
    let form = page.form("#profile").with("bio", TYPED);
    stack.end_sessions("alice").await;
    let page = agent.submit(&form.with("newsletter", "on")).await;
    assert_eq!(location(&page), "/login?next=/account/profile");
    page
}

/// Follows the redirect to the sign-in page and signs in as this user.
async fn sign_in_there(agent: &UserAgent, page: Page, name: &str) -> Page {
    let page = agent.follow(page, "").await;
    let form = page.form("#login").with("identifier", name);
    let page = agent.submit(&form.with("password", PASSWORD)).await;
    assert_eq!(location(&page), PATH);
    agent.follow(page, "").await
}

async fn draft_is_restored_after_sign_in(stack: &Stack) {
    let agent = UserAgent::new();
    let page = save_too_late(stack, &agent).await;
    sign_in_there(&agent, page, "alice").await;
    // The draft is still there after a reload, and nothing has been saved.
    let page = agent.get(stack.at(PATH)).await;
    assert!(page.has("[role=status]"), "{}", page.dump());
    assert!(
        page.text()
            .contains("You were signed out before this was saved")
    );
    let form = page.form("#profile");
    assert_eq!(form.value("bio").map(str::trim), Some(TYPED));
    assert_eq!(form.value("family_name"), Some("Example"));
    assert!(page.has("input[name=newsletter][checked]"));
    let other = UserAgent::new();
    sign_in(stack, &other, "alice", PASSWORD).await;
    let elsewhere = other.get(stack.at(PATH)).await;
    assert!(
        !elsewhere.text().contains(TYPED),
        "the draft is not shown in another browser"
    );
    // The draft is saved unchanged, once.
    let page = agent.submit(&form).await;
    assert_eq!(location(&page), "/account/profile?done=saved");
    let page = agent.follow(page, "").await;
    assert!(
        page.text().contains("Your profile is saved"),
        "{}",
        page.dump()
    );
    assert_eq!(
        page.form("#profile").value("bio").map(str::trim),
        Some(TYPED)
    );
    let page = agent.get(stack.at(PATH)).await;
    assert!(!page.has("[role=status]"), "{}", page.dump());
}

async fn draft_is_hidden_from_other_users(stack: &Stack) {
    let agent = UserAgent::new();
    let page = save_too_late(stack, &agent).await;
    let page = sign_in_there(&agent, page, "bob").await;
    assert!(!page.text().contains(TYPED) && !page.has("[role=status]"));
    assert_ne!(
        page.form("#profile").value("bio").map(str::trim),
        Some(TYPED)
    );
    // The draft does not overwrite a change that was saved in the meantime.
    stack.end_sessions("bob").await;
    let other = UserAgent::new();
    sign_in(stack, &other, "alice", PASSWORD).await;
    let form = other.get(stack.at(PATH)).await.form("#profile");
    let page = other.submit(&form.with("nickname", "Al")).await;
    assert_eq!(location(&page), "/account/profile?done=saved");
    sign_in(stack, &agent, "alice", PASSWORD).await;
    let page = agent.get(stack.at(PATH)).await;
    assert!(page.text().contains(TYPED), "{}", page.dump());
    let page = agent.submit(&page.form("#profile")).await;
    assert_eq!(page.status, 409, "{}", page.dump());
}
