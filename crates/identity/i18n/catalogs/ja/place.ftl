### Where an address is, roughly.

place-near = { $country }、{ $city }付近
mail-asked-place = リクエスト元: { $device }、{ $place }（アドレス{ $ip }）、{ $time }。
notice-happened-place = 操作元: { $device }、{ $place }（アドレス{ $ip }）、{ $time }。
