### Where an address is, roughly.

place-near = { $country } { $city } 附近
mail-asked-place = 请求来自 { $device }，{ $place }（地址 { $ip }），时间：{ $time }。
notice-happened-place = 来自 { $device }，{ $place }（地址 { $ip }），时间：{ $time }。
