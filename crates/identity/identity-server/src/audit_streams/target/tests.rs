use super::*;

#[test]
fn part_of_line_does_not_spoil_next_one() {
    let name = format!("doorward-stream-{}.jsonl", uuid::Uuid::new_v4());
    let path = std::env::temp_dir().join(name);
    append(&path, "{\"seq\":1}\n").unwrap();
    append(&path, "{\"se").unwrap();
    append(&path, "{\"seq\":2}\n").unwrap();
    append(&path, "{\"seq\":3}\n").unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    assert_eq!(text, "{\"seq\":1}\n{\"se\n{\"seq\":2}\n{\"seq\":3}\n");
}
