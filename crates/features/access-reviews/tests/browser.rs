//! Pictures of the pages of the console about access reviews and campaigns.

use doorward_domain::model::{CampaignTarget, GroupId};
use doorward_testkit::Stack;
use doorward_testkit::browser::{Browser, JavaScript};

use crate::account_navigation::create_review;
use crate::console_gallery::insert_objects;
use crate::screenshots::picture;
use crate::steps::{arrive, sign_in};
use crate::with_browser;

const TWO_WEEKS: i64 = 14 * 86_400;

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

#[test]
fn pages_of_reviews_and_campaigns_follow_rules_for_all_pages() {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        let [user, group, _] = insert_objects(stack).await;
        let review = create_review(stack).await;
        let group = GroupId::parse(last(&group)).expect("a group");
        let target = CampaignTarget::Group(group);
        let campaign = stack.require_factor_in(TWO_WEEKS, target, &[7, 1]).await;
        let campaign = format!("/admin/campaigns/{}", campaign.id);
        let except = format!("{campaign}/users/{}/except", last(&user));
        let review = format!("/admin/reviews/{review}");
        let [close, reviewers] = ["close", "reviewers"].map(|step| format!("{review}/{step}"));
        browser.open(stack.at("/admin")).await;
        sign_in(browser, "admin").await;
        arrive(browser, "/admin").await;
        for (path, name) in [
            ("/admin/reviews", "console-reviews"),
            ("/admin/reviews/new", "console-new-review"),
            (review.as_str(), "console-review"),
            (close.as_str(), "console-close-review"),
            (reviewers.as_str(), "console-review-reviewers"),
            ("/admin/campaigns", "console-campaigns"),
            ("/admin/campaigns/new", "console-new-campaign"),
            (campaign.as_str(), "console-campaign"),
            (except.as_str(), "console-except"),
        ] {
            browser.open(stack.at(path)).await;
            // The page of an error has no list of the sections.
            browser.find(".side").await;
            picture(browser, name).await;
        }
    });
}
