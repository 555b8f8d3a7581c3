module slipway.io/tools

go 1.26
