//! Pictures of the page of the notice, with the banners of a notice and of read-only mode.

use doorward_access::clock::Clock as _;
use doorward_domain::model::{Notice, Period};
use doorward_store::repo;
use doorward_testkit::Stack;
use doorward_testkit::browser::{Browser, JavaScript};

use crate::screenshots::{picture, picture_in_both};
use crate::steps::{arrive, sign_in};
use crate::with_browser;

#[test]
fn banners_are_above_content_of_each_page() {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        let now = stack.clock.now();
        let period = Period {
            from: now,
            until: now + 3_600,
        };
        let notice = Notice {
            text: "Maintenance on Saturday, 8:00 to 9:00 UTC".to_owned(),
            translations: [].into(),
            period,
        };
        let db = stack.db().await;
        let tx = db.begin_write().await.unwrap();
        repo::server_state::put_notice(&tx, Some(&notice))
            .await
            .unwrap();
        repo::server_state::put_read_only(&tx, Some(period))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        // The background work of the server reads it within seconds.
        for _ in 0..100 {
            browser.open(stack.at("/login")).await;
            if browser.has(".banners .notice:nth-child(2)").await {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        browser.find(".banners .notice:nth-child(2)").await;
        picture_in_both(browser, "sign-in-banners").await;
        browser.open(stack.at("/admin")).await;
        sign_in(browser, "admin").await;
        arrive(browser, "/admin").await;
        browser.open(stack.at("/admin/notices")).await;
        browser.find(".side").await;
        picture(browser, "console-notices").await;
    });
}
