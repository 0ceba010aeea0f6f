# pragma version 0.4.3
# A token whose balances are set.

balanceOf: public(HashMap[address, uint256])


@external
def give(to: address, amount: uint256):
    self.balanceOf[to] = amount


@external
def shift(owner: address, amount: int256):
    self.balanceOf[owner] = convert(convert(self.balanceOf[owner], int256) + amount, uint256)
