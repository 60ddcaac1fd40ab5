"""The basis of an expert's score: the page of the evidence it rests on, and the steps it adds up."""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table('sheet_score', schema=None) as batch_op:
        batch_op.add_column(sa.Column('basis_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('basis_page', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('steps', sa.JSON(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_sheet_score_basis_id_evidence'), 'evidence', ['basis_id'], ['id'])


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table('sheet_score', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_sheet_score_basis_id_evidence'), type_='foreignkey')
        batch_op.drop_column('steps')
        batch_op.drop_column('basis_page')
        batch_op.drop_column('basis_id')
