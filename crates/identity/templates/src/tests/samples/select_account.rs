use super::Sampled;
use crate::layout::{AccountChip, Layout};
use crate::select_account::SelectAccount;

impl Sampled for SelectAccount {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let plain = Self {
            layout: layout.clone(),
            flow: "Zk3s9QyV0cX1bT7m".to_owned(),
            app_name: Some("Photo Album".to_owned()),
            account: AccountChip::sample(),
        };
        vec![
            ("normal", plain.clone()),
            ("bare", plain.vary(|page| page.app_name = None)),
        ]
    }
}
