//! Tests of the pages of brands: the form with its checks, the preview, and the commands that it shows.

use doorward_testkit::{Stack, flows};

use super::support::{browser, confirmed, location, open};
use crate::admin::logo::{picture, put_at};
use crate::admin::world::World;

flows!(
    form_saves_brand_that_preview_shows,
    form_names_nearest_color,
    preview_shows_values_and_saves_nothing,
    previews_show_consent_and_message,
    icon_and_language_are_saved,
    owner_has_no_brand_page,
);

const ACME: &str = "/admin/organizations/acme/branding";

async fn form_saves_brand_that_preview_shows(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let app = format!("/admin/apps/{}/branding", stack.seed.web.id);
    for path in [ACME, app.as_str()] {
        let page = open(stack, &admin, path).await;
        let form = page
            .form("#entry")
            .with("name", "Acme Works")
            .with("accent", "#C2410C")
            .with("imprint_url", "https://acme.example/imprint");
        let page = admin.submit(&form).await;
        assert_eq!(location(&page), format!("{path}?done=console-saved"));
        let page = admin.follow(page, "").await;
        assert_eq!(page.form("#entry").value("accent"), Some("#c2410c"));
        let preview = page.link_of(&format!("a[href='{path}/preview']"));
        let preview = admin.get(preview.expect("a link")).await;
        assert_eq!(preview.status, 200, "{}", preview.dump());
        assert!(preview.has("[name=password]"), "{}", preview.dump());
        let links = preview.attributes("footer > a", "href");
        assert_eq!(links, ["https://acme.example/imprint"]);
        let styles = preview.attributes("link[rel=stylesheet]", "href");
        assert!(styles[1].contains("/colors-c2410c-0-0-0."), "{styles:?}");
        // The texts of the form are those of the values that differ.
        let page = open(stack, &admin, path).await;
        let form = page.press("#entry button[value=show]");
        let page = admin
            .submit(&form.with("imprint_url", "").with("name", "Acme"))
            .await;
        let command = page.texts_of("#entry pre").remove(0);
        for part in ["branding --name=Acme ", "--imprint-url='' "] {
            assert!(command.contains(part), "{command}");
        }
    }
    assert!(
        world
            .has_event("organization.changed", "admin", "branding")
            .await
    );
    let logo = "/api/admin/organizations/acme/branding/logo/light";
    let file = picture(image::ImageFormat::Png);
    let set = put_at(&world, "admin", logo, "image/png", file).await;
    assert_eq!(set.status, 200, "{}", set.dump());
    let preview = open(stack, &admin, &format!("{ACME}/preview")).await;
    assert_eq!(preview.attributes(".brand img", "alt"), ["Acme Works"]);
    let remove = format!("{ACME}/logo/light/remove");
    confirmed(stack, &admin, &remove, "The logo was removed.").await;
    let preview = open(stack, &admin, &format!("{ACME}/preview")).await;
    assert!(!preview.has(".brand img"), "{}", preview.dump());
}

async fn form_names_nearest_color(stack: &Stack) {
    let _world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    for (field, typed, error) in [
        ("accent", "#f5c518", "#896e0d"),
        ("background_dark", "black", "such as #c2410c"),
        ("privacy_url", "http://acme.example", "https://"),
        ("support_url", "tel:112", "mailto:"),
    ] {
        let page = open(stack, &admin, ACME).await;
        let form = page.form("#entry").with(field, typed);
        let page = admin.submit(&form).await;
        assert_eq!(page.status, 422, "{field}: {}", page.dump());
        assert_eq!(page.form("#entry").value(field), Some(typed));
        let text = page.text_of(&format!("#{field}-error")).expect("an error");
        assert!(text.contains(error), "{text}");
    }
}

async fn preview_shows_values_and_saves_nothing(stack: &Stack) {
    let _world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let app = format!("/admin/apps/{}/branding", stack.seed.web.id);
    for path in [ACME, app.as_str()] {
        for theme in ["light", "dark"] {
            let page = open(stack, &admin, path).await;
            let form = page.press(&format!("#entry button[value=preview-{theme}]"));
            let form = form.with("name", "Draft Works");
            let preview = admin.submit(&form.clone().with("accent", "#C2410C")).await;
            assert_eq!(preview.status, 200, "{}", preview.dump());
            assert!(preview.has("[name=password]"), "{}", preview.dump());
            assert!(preview.text().contains("Draft Works"));
            assert_eq!(preview.attributes("html", "data-theme"), [theme]);
            let styles = preview.attributes("link[rel=stylesheet]", "href");
            assert!(styles[1].contains("/colors-c2410c-0-0-0."), "{styles:?}");
            // A color below the contrast is not shown, and the nearest one is named.
            let page = admin.submit(&form.with("accent", "#f5c518")).await;
            assert_eq!(page.status, 422, "{}", page.dump());
            let error = page.text_of("#accent-error").expect("an error");
            assert!(error.contains("#896e0d"), "{error}");
        }
        let page = open(stack, &admin, path).await;
        assert_eq!(page.form("#entry").value("accent"), Some(""));
    }
}

async fn previews_show_consent_and_message(stack: &Stack) {
    let world = World::new(stack).await;
    let logo = "/api/admin/organizations/acme/branding/logo/light";
    let file = picture(image::ImageFormat::Png);
    let set = put_at(&world, "admin", logo, "image/png", file).await;
    assert_eq!(set.status, 200, "{}", set.dump());
    let admin = browser(stack, "admin").await;
    for theme in ["light", "dark"] {
        let page = open(stack, &admin, ACME).await;
        let form = page.press(&format!("#entry button[value=preview-consent-{theme}]"));
        let preview = admin.submit(&form.with("name", "Draft Works")).await;
        assert_eq!(preview.status, 200, "{}", preview.dump());
        assert!(preview.has("#consent"), "{}", preview.dump());
        assert_eq!(preview.attributes(".brand img", "alt"), ["Draft Works"]);
        assert_eq!(preview.attributes("html", "data-theme"), [theme]);
    }
    let page = open(stack, &admin, ACME).await;
    let form = page.press("#entry button[value=preview-mail]");
    let form = form.with("name", "Draft Works").with("accent", "#C2410C");
    let preview = admin.submit(&form).await;
    assert_eq!(preview.status, 200, "{}", preview.dump());
    let policy = preview.header("content-security-policy");
    let policy = policy.expect("a policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("sandbox"));
    let html = preview.text();
    for part in [
        "Draft Works",
        "background:#c2410c",
        "data:image/png;base64,",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    let page = open(stack, &admin, ACME).await;
    assert_eq!(page.form("#entry").value("accent"), Some(""));
}

async fn icon_and_language_are_saved(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let page = open(stack, &admin, ACME).await;
    let form = page.form("#entry").with("default_language", "de");
    let saved = admin.submit(&form).await;
    assert_eq!(location(&saved), format!("{ACME}?done=console-saved"));
    let page = open(stack, &admin, ACME).await;
    assert_eq!(page.form("#entry").value("default_language"), Some("de"));
    let unknown = page.form("#entry").with("default_language", "sv");
    assert_eq!(admin.submit(&unknown).await.status, 422);
    let icon = "/api/admin/organizations/acme/branding/logo/favicon";
    let file = picture(image::ImageFormat::Png);
    let set = put_at(&world, "admin", icon, "image/png", file).await;
    assert_eq!(set.status, 200, "{}", set.dump());
    let shown = async || {
        let preview = open(stack, &admin, &format!("{ACME}/preview")).await;
        preview.attributes("link[rel=icon]", "href").remove(0)
    };
    assert!(shown().await.starts_with("/brand/"));
    let remove = format!("{ACME}/logo/favicon/remove");
    confirmed(stack, &admin, &remove, "The change was saved.").await;
    assert!(shown().await.starts_with("/static/"));
}

async fn owner_has_no_brand_page(stack: &Stack) {
    let _world = World::new(stack).await;
    let owner = browser(stack, "mona").await;
    let page = open(stack, &owner, "/admin/organizations/acme").await;
    assert!(!page.has(&format!("a[href='{ACME}']")), "{}", page.dump());
    assert_eq!(owner.get(stack.at(ACME)).await.status, 404);
}
