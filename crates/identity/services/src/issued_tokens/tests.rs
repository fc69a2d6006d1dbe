use doorward_store::OpenOptions;
use doorward_store::repo::stats::StatFilter;

use super::*;

const NOW: UnixSeconds = 1_800_000_000;

#[tokio::test]
async fn failed_write_is_repeated_and_nothing_counts_twice() {
    let db = Db::open("sqlite::memory:", OpenOptions::default()).await;
    let db = db.unwrap();
    let (issued, app) = (IssuedTokens::default(), ClientId::parse("app").unwrap());
    issued.record(&app, NOW);
    assert!(write(&db, &issued).await.is_err(), "there is no table");
    issued.record(&app, NOW + 1);
    db.migrate().await.unwrap();
    for _ in 0..2 {
        write(&db, &issued).await.unwrap();
    }
    let filter = StatFilter::default();
    let found = repo::stats::page(db.read(), &filter, None, 10).await;
    let found = found.unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].hour, found[0].n), (NOW, 2));
    // The client is not stored.
    let filter = StatFilter {
        client: Some("app".to_owned()),
        ..StatFilter::default()
    };
    let found = repo::stats::page(db.read(), &filter, None, 10).await;
    assert!(found.unwrap().is_empty());
}
