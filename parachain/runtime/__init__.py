"""The state transition function, in pure Python: the chain's `:code`.

`apis` are its entry points, `assembly` says of which pallets it is made, `executive` how a block
is executed, `pallets` hold the rules, `frame` how pallets are declared. It sees the world through
`frame.ext.Ext` only.
"""
