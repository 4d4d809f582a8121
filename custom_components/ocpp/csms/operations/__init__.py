"""Operations that take more than one message."""
