//! The guides of the program, and the one about each place of the navigation.

use doorward_domain::model::group::is_at_or_below;

/// Path of the guides.
pub const GUIDES: &str = "/admin/guides";

/// Paths of places, each with the guide about it, and its section. A page is below the last one that fits.
const PLACES: [(&str, &str); 18] = [
    ("/admin", "console"),
    ("/admin/people", "console/change-many-users"),
    ("/admin/groups", "organizations"),
    ("/admin/organizations", "organizations"),
    ("/admin/roles", "authorization"),
    ("/admin/grants", "authorization"),
    ("/admin/apps", "console/register-an-app-and-test-it"),
    ("/admin/providers", "sign-in-providers"),
    ("/admin/api-access", "api-keys"),
    ("/admin/definitions", "claims"),
    ("/admin/sign-ins", "console/find-out-why-a-sign-in-failed"),
    (
        "/admin/sessions",
        "console/end-chosen-sessions-or-role-assignments",
    ),
    ("/admin/audit", "console/find-out-who-did-what"),
    ("/admin/streams", "audit-streams"),
    ("/admin/keys", "signing-keys"),
    ("/admin/setup", "console/start-a-new-deployment"),
    ("/admin/unused", "console/end-unused-objects"),
    ("/admin/reviews", "access-reviews"),
];

/// Returns the path of the guide about a page.
pub fn about(path: &str) -> String {
    let mut places = PLACES.iter().rev();
    let found = places.find(|(place, _)| is_at_or_below(place, path));
    let guide = found.map_or("console", |(_, guide)| guide);
    format!("{GUIDES}/{guide}")
}

#[cfg(test)]
mod tests {
    use doorward_templates::console::Section;

    use super::{GUIDES, about};

    #[test]
    fn each_page_has_guide_of_its_place() {
        let apps = "console/register-an-app-and-test-it";
        for (section, below, expected) in [
            (Section::Home, "", "console"),
            (Section::System, "jobs", "console"),
            (Section::Keys, "", "signing-keys"),
            (Section::Apps, "web/edit/tokens", apps),
        ] {
            let path = format!("{}/{below}", section.path());
            let path = path.trim_end_matches('/');
            assert_eq!(about(path), format!("{GUIDES}/{expected}"), "{path}");
        }
    }
}
